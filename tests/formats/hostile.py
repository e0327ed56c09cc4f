"""Rewrites collected evidence so that every text from outside is hostile: hostile.py IN OUT."""

import json
import sys

WORDS = "=1+1\n::error::x\u001b[2J\u202e<script>|`]]>&{0}[x](http://e.example)##[group]%0A\ufffe\u0001 審査 🩺"
# What these say is part of the format or of the judgement; everything else is words.
KEEP = {
    "kind", "state", "as_of", "at", "date", "value", "authored", "committed", "commit", "revision", "added", "first", "last",
    "resolution", "severity", "from", "to", "aspect", "affects", "schema_version", "config", "origin", "constraint",
}


def poison(value, key=""):
    if isinstance(value, dict):
        return {name: item if name == "config" or name in KEEP and not isinstance(item, (dict, list)) else poison(item, name)
                for name, item in value.items()}
    if isinstance(value, list):
        return value if key in KEEP else [poison(item, key) for item in value]
    if isinstance(value, str) and key in {"title", "message", "why", "remedy", "what", "note", "url", "name", "text", "why_not"}:
        return value + WORDS
    if isinstance(value, str) and key in {"path", "tag", "repository"}:
        return value + " [x](y)?#%&<" + WORDS.splitlines()[1] + ".md"
    return value


with open(sys.argv[1], encoding="utf-8") as source:
    evidence = poison(json.load(source))
with open(sys.argv[2], "w", encoding="utf-8") as target:
    json.dump(evidence, target)
