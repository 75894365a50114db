import type { GradientRule } from './gradient-rule.ts';
import { absRule } from './rules/abs.ts';
import { addRule } from './rules/add.ts';
import { atanRule } from './rules/atan.ts';
import { averagePoolRule } from './rules/average-pool.ts';
import { batchNormalizationRule } from './rules/batch-normalization.ts';
import { castRule } from './rules/cast.ts';
import { ceilRule } from './rules/ceil.ts';
import { celuRule } from './rules/celu.ts';
import { clipRule } from './rules/clip.ts';
import { concatRule } from './rules/concat.ts';
import { convRule } from './rules/conv.ts';
import { convTransposeRule } from './rules/conv-transpose.ts';
import { cosRule } from './rules/cos.ts';
import { coshRule } from './rules/cosh.ts';
import { cumSumRule } from './rules/cum-sum.ts';
import { depthToSpaceRule } from './rules/depth-to-space.ts';
import { divRule } from './rules/div.ts';
import { dropoutRule } from './rules/dropout.ts';
import { einsumRule } from './rules/einsum.ts';
import { eluRule } from './rules/elu.ts';
import { erfRule } from './rules/erf.ts';
import { expRule } from './rules/exp.ts';
import { expandRule } from './rules/expand.ts';
import { flattenRule } from './rules/flatten.ts';
import { floorRule } from './rules/floor.ts';
import { gatherRule } from './rules/gather.ts';
import { gatherElementsRule } from './rules/gather-elements.ts';
import { gatherNDRule } from './rules/gather-nd.ts';
import { geluRule } from './rules/gelu.ts';
import { gemmRule } from './rules/gemm.ts';
import { globalAveragePoolRule } from './rules/global-average-pool.ts';
import { globalMaxPoolRule } from './rules/global-max-pool.ts';
import { hardSigmoidRule } from './rules/hard-sigmoid.ts';
import { hardSwishRule } from './rules/hard-swish.ts';
import { identityRule } from './rules/identity.ts';
import { instanceNormalizationRule } from './rules/instance-normalization.ts';
import { layerNormalizationRule } from './rules/layer-normalization.ts';
import { leakyReluRule } from './rules/leaky-relu.ts';
import { logRule } from './rules/log.ts';
import { logSoftmaxRule } from './rules/log-softmax.ts';
import { matMulRule } from './rules/mat-mul.ts';
import { maxRule } from './rules/max.ts';
import { maxPoolRule } from './rules/max-pool.ts';
import { meanRule } from './rules/mean.ts';
import { minRule } from './rules/min.ts';
import { mishRule } from './rules/mish.ts';
import { mulRule } from './rules/mul.ts';
import { negRule } from './rules/neg.ts';
import { negativeLogLikelihoodLossRule } from './rules/negative-log-likelihood-loss.ts';
import { pReluRule } from './rules/p-relu.ts';
import { padRule } from './rules/pad.ts';
import { powRule } from './rules/pow.ts';
import { reciprocalRule } from './rules/reciprocal.ts';
import { reduceL1Rule } from './rules/reduce-l1.ts';
import { reduceL2Rule } from './rules/reduce-l2.ts';
import { reduceLogSumRule } from './rules/reduce-log-sum.ts';
import { reduceLogSumExpRule } from './rules/reduce-log-sum-exp.ts';
import { reduceMaxRule } from './rules/reduce-max.ts';
import { reduceMeanRule } from './rules/reduce-mean.ts';
import { reduceMinRule } from './rules/reduce-min.ts';
import { reduceProdRule } from './rules/reduce-prod.ts';
import { reduceSumRule } from './rules/reduce-sum.ts';
import { reduceSumSquareRule } from './rules/reduce-sum-square.ts';
import { reluRule } from './rules/relu.ts';
import { reshapeRule } from './rules/reshape.ts';
import { roundRule } from './rules/round.ts';
import { seluRule } from './rules/selu.ts';
import { sigmoidRule } from './rules/sigmoid.ts';
import { signRule } from './rules/sign.ts';
import { sinRule } from './rules/sin.ts';
import { sinhRule } from './rules/sinh.ts';
import { sliceRule } from './rules/slice.ts';
import { softmaxRule } from './rules/softmax.ts';
import { softmaxCrossEntropyLossRule } from './rules/softmax-cross-entropy-loss.ts';
import { softplusRule } from './rules/softplus.ts';
import { softsignRule } from './rules/softsign.ts';
import { spaceToDepthRule } from './rules/space-to-depth.ts';
import { splitRule } from './rules/split.ts';
import { sqrtRule } from './rules/sqrt.ts';
import { squeezeRule } from './rules/squeeze.ts';
import { subRule } from './rules/sub.ts';
import { sumRule } from './rules/sum.ts';
import { tanhRule } from './rules/tanh.ts';
import { thresholdedReluRule } from './rules/thresholded-relu.ts';
import { tileRule } from './rules/tile.ts';
import { transposeRule } from './rules/transpose.ts';
import { triluRule } from './rules/trilu.ts';
import { unsqueezeRule } from './rules/unsqueeze.ts';
import { whereRule } from './rules/where.ts';

const RULES: readonly GradientRule[] = [
  absRule,
  addRule,
  atanRule,
  averagePoolRule,
  batchNormalizationRule,
  castRule,
  ceilRule,
  celuRule,
  clipRule,
  concatRule,
  convRule,
  convTransposeRule,
  cosRule,
  coshRule,
  cumSumRule,
  depthToSpaceRule,
  divRule,
  dropoutRule,
  einsumRule,
  eluRule,
  erfRule,
  expRule,
  expandRule,
  flattenRule,
  floorRule,
  gatherRule,
  gatherElementsRule,
  gatherNDRule,
  geluRule,
  gemmRule,
  globalAveragePoolRule,
  globalMaxPoolRule,
  hardSigmoidRule,
  hardSwishRule,
  identityRule,
  instanceNormalizationRule,
  layerNormalizationRule,
  leakyReluRule,
  logRule,
  logSoftmaxRule,
  matMulRule,
  maxRule,
  maxPoolRule,
  meanRule,
  minRule,
  mishRule,
  mulRule,
  negRule,
  negativeLogLikelihoodLossRule,
  pReluRule,
  padRule,
  powRule,
  reciprocalRule,
  reduceL1Rule,
  reduceL2Rule,
  reduceLogSumRule,
  reduceLogSumExpRule,
  reduceMaxRule,
  reduceMeanRule,
  reduceMinRule,
  reduceProdRule,
  reduceSumRule,
  reduceSumSquareRule,
  reluRule,
  reshapeRule,
  roundRule,
  seluRule,
  sigmoidRule,
  signRule,
  sinRule,
  sinhRule,
  sliceRule,
  softmaxRule,
  softmaxCrossEntropyLossRule,
  softplusRule,
  softsignRule,
  spaceToDepthRule,
  splitRule,
  sqrtRule,
  squeezeRule,
  subRule,
  sumRule,
  tanhRule,
  thresholdedReluRule,
  tileRule,
  transposeRule,
  triluRule,
  unsqueezeRule,
  whereRule,
];

/** The derivative of each operator. A new one is a record in rules/ and a line above. */
export const GRADIENT_RULES: ReadonlyMap<string, GradientRule> = new Map(RULES.map((rule) => [rule.operator, rule]));
