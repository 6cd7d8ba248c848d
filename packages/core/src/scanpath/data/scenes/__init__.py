"""The generated world: pictures drawn from a seed, with questions, answers, captions, masks, in official formats."""

from scanpath.data.scenes.options import SceneOptions as SceneOptions
from scanpath.data.scenes.questions import ONE_OBJECT_TYPES as ONE_OBJECT_TYPES, QUESTION_TYPES as QUESTION_TYPES
