"""How answers, maps and differences are judged: the VQA accuracy in its versions, looking, intervals."""
