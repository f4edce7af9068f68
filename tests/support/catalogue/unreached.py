"""What no situation of the catalogue shows, each with the reason; a test keeps the lists short."""

# Places that make a message, by the names that they stand in.
PLACES: dict[str, str] = {}

_BASE = "no error is made of the base class"
_COMPARED = "what a file's beginning is compared with"

# Sentences of the source, likewise.
WORDS: dict[str, str] = {
    "__main__.py: main": "a whole command, of which the catalogue shows the title and the text",
    "dataset/globs.py: _set": "says the same as every pattern that cannot be read",
    "dataset/inspection/images.py: _OTHERS": _COMPARED,
    "dataset/inspection/texts.py: _LFS": _COMPARED,
    "dataset/inspection/archives.py: _untarred": "tarfile notices it first",
    "diagnostics/errors.py: ActionError": _BASE,
    "diagnostics/errors.py: WorkflowError": _BASE,
    "diagnostics/errors.py: TrainingError": _BASE,
    "inputs/read.py: _invalid_values": "what pydantic writes before a message, which is removed",
    "replicate/errors.py: ReplicateError": _BASE,
    "trainer/schema_errors.py: _pattern": "replaced by the sentence that belongs to the rule",
    "trainer/yaml_nodes.py: _parser_error": "what the parser says, which is replaced",
}
