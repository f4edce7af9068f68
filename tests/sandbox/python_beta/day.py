"""A day with the beta of the official Python client; prints what it saw as JSON."""

import json
import sys
import time
from pathlib import Path

from replicate import Replicate

url, token, data = sys.argv[1:]
client = Replicate(bearer_token=token, base_url=url)
seen = {"account": client.account.get().username}
seen["hardware"] = [one.sku for one in client.hardware.list()]
made = client.models.create(owner="you", name="beta", visibility="private", hardware="cpu")
seen["model"] = f"{made.owner}/{made.name}"
with Path(data).open("rb") as file:
    uploaded = client.files.create(content=file.read(), filename="harbour.jsonl")
trainer = client.models.get(model_owner="sandbox", model_name="tiny-lm-trainer")
training = client.trainings.create(
    model_owner="sandbox",
    model_name="tiny-lm-trainer",
    version_id=trainer.latest_version.id,
    destination="you/beta",
    input={"train_data": uploaded.urls.get, "steps": 20},
)
while training.status not in {"succeeded", "failed", "canceled"}:
    time.sleep(0.2)
    training = client.trainings.get(training_id=training.id)
seen["training"] = [training.status, training.output.version]
seen["text"] = client.run(training.output.version, input={"prompt": "At low ", "length": 20})
seen["predictions"] = len(list(client.predictions.list()))
sys.stdout.write(json.dumps(seen, default=str))
