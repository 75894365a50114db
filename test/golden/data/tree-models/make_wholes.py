"""Models of several ensembles, or with nodes before the trees, as scikit-learn's converter writes them.
pip install numpy==2.4.6 scikit-learn==1.9.1 onnx==1.23.2 skl2onnx==1.20.0
python make_wholes.py"""
import pathlib
import numpy as np
import pandas as pd
import skl2onnx.common._container as container
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import BaggingClassifier, GradientBoostingClassifier, IsolationForest, RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

make_node = container.make_node  # skl2onnx 1.20 hands booleans to onnx 1.23, which refuses them


def with_numbers(*given, **named):
    def plain(value):
        is_list = isinstance(value, (list, tuple))
        return [int(one) if isinstance(one, (bool, np.bool_)) else one for one in value] if is_list else value

    return make_node(*given, **{name: plain(value) for name, value in named.items()})


container.make_node = with_numbers
g = np.random.default_rng(20)
rows = 600
X = g.normal(0, 1, (rows, 8)).astype(np.float32)
X[:, 5] = g.integers(0, 12, rows)
y = np.digitize(X[:, 0] * X[:, 1] + X[:, 2] + g.normal(0, 0.3, rows), [-0.6, 0.7])
words = np.array(["low", "middle", "high"])[y]
here = pathlib.Path(__file__).parent


def keep(name, model, rows, labels, **named):
    opset = {"": 18, "ai.onnx.ml": 3}
    example = None if "initial_types" in named else rows[:1]
    onnx = to_onnx(model.fit(rows, labels), example, target_opset=opset, **named)
    (here / f"{name}.onnx").write_bytes(onnx.SerializeToString())


keep("sklearn-isolation", IsolationForest(n_estimators=10, max_samples=48, contamination=0.05, random_state=1), X, None)
tensors = {"options": {"zipmap": False}}
keep("sklearn-bagging", BaggingClassifier(DecisionTreeClassifier(max_depth=4), n_estimators=4, random_state=1), X, words, **tensors)
boosting = GradientBoostingClassifier(n_estimators=4, random_state=1)
keep("sklearn-one-against-rest", OneVsRestClassifier(boosting), X, words, **tensors)
keep("sklearn-zip-columns", RandomForestClassifier(n_estimators=4, max_depth=4, random_state=1), X, words, options={"zipmap": "columns"})
keep("sklearn-boosting-exponential", GradientBoostingClassifier(n_estimators=6, loss="exponential", random_state=1), X, y > 0, **tensors)
keep("sklearn-forest-targets", RandomForestRegressor(n_estimators=3, max_depth=3, random_state=1), X, X[:, :2])
frame = pd.DataFrame(X[:, :3], columns=["a", "b", "c"])
frame["city"] = np.array(["Oslo", "Rome", "Ulm"])[g.integers(0, 3, rows)]
numbers = make_pipeline(SimpleImputer(), StandardScaler())
columns = ColumnTransformer([("n", numbers, ["a", "b", "c"]), ("w", OneHotEncoder(handle_unknown="ignore"), ["city"])])
types = [(name, FloatTensorType([None, 1])) for name in "abc"] + [("city", StringTensorType([None, 1]))]
forest = RandomForestClassifier(n_estimators=6, max_depth=5, random_state=1)
keep("sklearn-pipeline", make_pipeline(columns, forest), frame, words, initial_types=types, **tensors)
