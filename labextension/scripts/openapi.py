"""Writes the OpenAPI document for the front-end; `npm run generate` makes its types of it."""

import json
from pathlib import Path

from tram_ext.api.openapi.document import openapi_document

text = json.dumps(openapi_document(), indent=1, ensure_ascii=False) + "\n"
Path(__file__).parents[1].joinpath("openapi.generated.json").write_text(text, encoding="utf-8")
