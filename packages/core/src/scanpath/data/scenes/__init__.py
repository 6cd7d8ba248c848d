"""The generated world: pictures drawn from a seed, with questions, answers, captions, masks, in official formats."""
