# The seed project's API as it was built: its network, Pillow, Flask's own server. The weights are not trained, which
# costs exactly as much time.
import io
import sys

import torch
from flask import Flask, jsonify, request
from PIL import Image
from werkzeug.serving import make_server


def block(channels_in, channels_out):
    return [torch.nn.Conv2d(channels_in, channels_out, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2)]


model = torch.nn.Sequential(
    *block(3, 32), *block(32, 64), *block(64, 128),
    torch.nn.Flatten(), torch.nn.Linear(128 * 26 * 26, 128), torch.nn.ReLU(), torch.nn.Linear(128, 1),
).eval()
app = Flask(__name__)


@app.route('/v1/predictions', methods=['POST'])
def predict():
    picture = Image.open(io.BytesIO(request.get_data())).convert('RGB').resize((224, 224))
    pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
    batch = pixels.reshape(1, 224, 224, 3).permute(0, 3, 1, 2).float() / 255
    with torch.no_grad():
        confidence = torch.sigmoid(model(batch)).item()
    return jsonify(status='aberta' if confidence > 0.5 else 'fechada', confidence=confidence)


# What app.run() starts, on a port that is told.
server = make_server('127.0.0.1', 0, app, threaded=True)
print(f'http://127.0.0.1:{server.server_port}', file=sys.stderr, flush=True)
server.serve_forever()
