"""Run a SavedModel through TensorFlow's C library alone: no Python TensorFlow, no Keras.

Called as a script by test_saved_model with: library, SavedModel, input tensor, output tensors, .npy
in, .npz out. A tensor is named as in a signature, "operation:index".
"""

import ctypes
import sys

import numpy as np

TYPES = {np.dtype(np.float32): 1, np.dtype(np.int32): 3}


class Output(ctypes.Structure):
    _fields_ = (("operation", ctypes.c_void_p), ("index", ctypes.c_int))


class Client:
    def __init__(self, library, saved_model):
        self.tf = ctypes.CDLL(library)
        for name in self.pointers:
            getattr(self.tf, name).restype = ctypes.c_void_p
        self.tf.TF_Message.restype = ctypes.c_char_p
        self.tf.TF_Dim.restype = ctypes.c_int64
        self.status = ctypes.c_void_p(self.tf.TF_NewStatus())
        self.graph = ctypes.c_void_p(self.tf.TF_NewGraph())
        options = ctypes.c_void_p(self.tf.TF_NewSessionOptions())
        tags = (ctypes.c_char_p * 1)(b"serve")
        self.session = ctypes.c_void_p(
            self.tf.TF_LoadSessionFromSavedModel(
                options, None, saved_model.encode(), tags, 1, self.graph, None, self.status
            )
        )
        self.check()

    pointers = (
        "TF_NewStatus",
        "TF_NewGraph",
        "TF_NewSessionOptions",
        "TF_LoadSessionFromSavedModel",
        "TF_GraphOperationByName",
        "TF_AllocateTensor",
        "TF_TensorData",
    )

    def check(self):
        if self.tf.TF_GetCode(self.status):
            raise RuntimeError(self.tf.TF_Message(self.status).decode())

    def output(self, name):
        operation, _, index = name.partition(":")
        found = self.tf.TF_GraphOperationByName(self.graph, operation.encode())
        assert found, f"the graph has no operation {operation}"
        return Output(found, int(index))

    def tensor(self, array):
        dims = (ctypes.c_int64 * array.ndim)(*array.shape)
        kind = TYPES[array.dtype]
        size = ctypes.c_size_t(array.nbytes)
        tensor = ctypes.c_void_p(self.tf.TF_AllocateTensor(kind, dims, array.ndim, size))
        ctypes.memmove(self.tf.TF_TensorData(tensor), array.ctypes.data, array.nbytes)
        return tensor

    def array(self, pointer):
        tensor = ctypes.c_void_p(pointer)
        shape = [self.tf.TF_Dim(tensor, axis) for axis in range(self.tf.TF_NumDims(tensor))]
        kind = self.tf.TF_TensorType(tensor)
        array = np.empty(shape, next(dtype for dtype, code in TYPES.items() if code == kind))
        ctypes.memmove(array.ctypes.data, self.tf.TF_TensorData(tensor), array.nbytes)
        return array

    def run(self, feeds, fetches):
        inputs = (Output * len(feeds))(*map(self.output, feeds))
        values = (ctypes.c_void_p * len(feeds))(*(self.tensor(v).value for v in feeds.values()))
        outputs = (Output * len(fetches))(*map(self.output, fetches))
        results = (ctypes.c_void_p * len(fetches))()
        self.tf.TF_SessionRun(
            self.session,
            None,
            *(inputs, values, len(feeds)),
            *(outputs, results, len(fetches)),
            *(None, 0, None, self.status),
        )
        self.check()
        return [self.array(result) for result in results]


if __name__ == "__main__":
    library, saved_model, image, probabilities, label, source, target = sys.argv[1:]
    client = Client(library, saved_model)
    slices = np.load(source)
    outputs = client.run({image: slices}, [probabilities, label])
    (single,) = client.run({image: slices[:1].copy()}, [probabilities])
    np.savez(target, probabilities=outputs[0], label=outputs[1], single=single)
    loaded = {name.partition(".")[0] for name in sys.modules}
    assert not loaded & {"keras", "dscl_tf", "tensorflow"}, loaded
