"""An ONNX file behind MLServer: float tensors in, the graph's outputs out. Only what the load of the serving benchmark needs."""
import numpy as np
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceResponse
from mlserver.utils import get_model_uri


class OnnxModel(MLModel):
    async def load(self):
        uri = await get_model_uri(self._settings, wellknown_filenames=["model.onnx"])
        self._session = onnxruntime.InferenceSession(uri, providers=["CPUExecutionProvider"])
        self._answers = [one.name for one in self._session.get_outputs()]
        return True

    async def predict(self, request):
        feeds = {one.name: NumpyCodec.decode_input(one).astype(np.float32) for one in request.inputs}
        values = self._session.run(self._answers, feeds)
        outputs = [NumpyCodec.encode_output(name, np.asarray(value)) for name, value in zip(self._answers, values)]
        return InferenceResponse(id=request.id, model_name=self.name, outputs=outputs)
