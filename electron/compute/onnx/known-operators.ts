/** Newest opset and format version that ONNX Runtime 1.30 reads; older ones than the oldest are not understood here. */
export const OPSETS = { oldest: 7, newest: 26 } as const;
export const NEWEST_FORMAT = 13;

/** Names of all operators of the ONNX standard up to opset 28 by their domain, from the schemas of onnx 1.23.2. */
const STANDARD: Readonly<Record<string, ReadonlySet<string>>> = {
  'ai.onnx': new Set(
    (
      'Abs Acos Acosh Add AffineGrid And ArgMax ArgMin Asin Asinh Atan Atanh Attention AveragePool BatchNormalization ' +
      'Bernoulli BitCast BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor BlackmanWindow Cast CastLike ' +
      'CausalConvWithState Ceil Celu CenterCropPad Clip Col2Im Compress Concat ConcatFromSequence Constant ' +
      'ConstantOfShape Conv ConvInteger ConvTranspose Cos Cosh CumProd CumSum DFT DeformConv DepthToSpace ' +
      'DequantizeLinear Det Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor ' +
      'GRU Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Greater ' +
      'GreaterOrEqual GridSample GroupNormalization HammingWindow HannWindow HardSigmoid HardSwish Hardmax Identity ' +
      'If ImageDecoder InstanceNormalization IsInf IsNaN LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual ' +
      'LinearAttention Log LogSoftmax Loop LpNormalization LpPool MatMul MatMulInteger Max MaxPool MaxRoiPool ' +
      'MaxUnpool Mean MeanVarianceNormalization MelWeightMatrix Min Mish Mod Mul Multinomial Neg ' +
      'NegativeLogLikelihoodLoss NonMaxSuppression NonZero Not OneHot Optional OptionalGetElement OptionalHasElement ' +
      'Or PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear RMSNormalization RNN RandomNormal RandomNormalLike ' +
      'RandomUniform RandomUniformLike Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ' +
      'ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare RegexFullMatch Relu Reshape Resize ReverseSequence ' +
      'RoiAlign RotaryEmbedding Round STFT Scan Scatter ScatterElements ScatterND Selu SequenceAt SequenceConstruct ' +
      'SequenceEmpty SequenceErase SequenceInsert SequenceLength SequenceMap Shape Shrink Sigmoid Sign Sin Sinh Size ' +
      'Slice Softmax SoftmaxCrossEntropyLoss Softplus Softsign SpaceToDepth Split SplitToSequence Sqrt Squeeze ' +
      'StringConcat StringNormalizer StringSplit Sub Sum SwiGLU Swish Tan Tanh TensorScatter TfIdfVectorizer ' +
      'ThresholdedRelu Tile TopK Transpose Trilu Unique Unsqueeze Upsample Where Xor '
    )
      .trim()
      .split(' '),
  ),
  'ai.onnx.ml': new Set(
    (
      'ArrayFeatureExtractor Binarizer CastMap CategoryMapper DictVectorizer FeatureVectorizer Imputer LabelEncoder ' +
      'LinearClassifier LinearRegressor Normalizer OneHotEncoder SVMClassifier SVMRegressor Scaler TreeEnsemble ' +
      'TreeEnsembleClassifier TreeEnsembleRegressor ZipMap '
    )
      .trim()
      .split(' '),
  ),
};

/** Operators that ONNX Runtime itself brings, which quantised models use; which ones, it says when it opens the model. */
const OF_RUNTIME = 'com.microsoft';

/** Why an operator cannot be run here; undefined for one that can. */
export function operatorFault(domain: string, operator: string): string | undefined {
  const named = domain === '' ? 'ai.onnx' : domain;
  if (named === OF_RUNTIME) return undefined;
  const known = STANDARD[named];
  if (known === undefined)
    return `the operator ${operator} is of the custom domain "${domain}", which needs a library that is not loaded here`;
  return known.has(operator) ? undefined : `there is no operator ${operator} in ${named}`;
}
