/** What each metric is called, and the sentence that explains it. Names are those of the contract's metrics. */
const metrics: Readonly<Record<string, { readonly label: string; readonly explanation: string }>> = {
  rocAuc: {
    label: 'ROC AUC',
    explanation: 'Chance that a positive row gets a higher score than a negative one; 0.5 is guessing.',
  },
  rocAucOvrMacro: {
    label: 'ROC AUC, mean of classes',
    explanation: 'ROC AUC of each class against the rest, averaged.',
  },
  rocAucOvrWeighted: {
    label: 'ROC AUC, weighted',
    explanation: 'ROC AUC of each class against the rest, averaged by class size.',
  },
  rocAuc_macro: { label: 'ROC AUC, mean of labels', explanation: 'ROC AUC of each label by itself, averaged.' },
  rocAuc_micro: {
    label: 'ROC AUC, all labels',
    explanation: 'ROC AUC of all answers of all labels taken as one question.',
  },
  averagePrecision_macro: {
    label: 'Average precision, mean of labels',
    explanation: 'Average precision of each label by itself, averaged.',
  },
  f1_micro: { label: 'F1, all labels', explanation: 'F1 of all answers of all labels taken as one question.' },
  precision_micro: {
    label: 'Precision, all labels',
    explanation: 'Of the labels that are called, the share that is there.',
  },
  recall_micro: { label: 'Recall, all labels', explanation: 'Of the labels that are there, the share that is called.' },
  hammingLoss: {
    label: 'Hamming loss',
    explanation: "Share of a row's labels that are wrong, averaged; lower is better.",
  },
  subsetAccuracy: { label: 'Rows all right', explanation: 'Share of rows of which every label is right.' },
  averagePrecision: { label: 'Average precision', explanation: 'Area under precision against recall.' },
  accuracy: { label: 'Accuracy', explanation: 'Share of rows whose class is right.' },
  balancedAccuracy: { label: 'Balanced accuracy', explanation: 'Recall averaged over the classes.' },
  precision: { label: 'Precision', explanation: 'Of the rows called positive, the share that is.' },
  recall: { label: 'Recall', explanation: 'Of the positive rows, the share that is found.' },
  specificity: { label: 'Specificity', explanation: 'Of the negative rows, the share left alone.' },
  f1: { label: 'F1', explanation: 'Harmonic mean of precision and recall.' },
  f1_macro: { label: 'F1, macro average', explanation: 'F1 of each class or label by itself, averaged.' },
  precision_macro: {
    label: 'Precision, macro average',
    explanation: 'Precision of each class or label by itself, averaged.',
  },
  recall_macro: { label: 'Recall, macro average', explanation: 'Recall of each class or label by itself, averaged.' },
  matthews: { label: 'Matthews correlation', explanation: 'Correlation of truth and call; 0 is guessing, 1 perfect.' },
  cohenKappa: { label: "Cohen's kappa", explanation: 'Agreement beyond chance.' },
  logLoss: {
    label: 'Log loss',
    explanation: 'Mean surprise at the truth under the predicted probabilities; lower is better.',
  },
  brier: { label: 'Brier score', explanation: 'Mean squared error of the probabilities; lower is better.' },
  expectedCalibrationError: {
    label: 'Calibration error',
    explanation: 'Mean distance of predicted from observed shares; lower is better.',
  },
  gini: { label: 'Gini', explanation: 'Twice the ROC AUC minus one.' },
  rmse: {
    label: 'Root mean squared error',
    explanation: 'Typical size of an error, in the unit of the target; large errors weigh more.',
  },
  mse: { label: 'Mean squared error', explanation: 'Mean of the squared errors.' },
  mae: { label: 'Mean absolute error', explanation: 'Mean size of an error, in the unit of the target.' },
  medianAbsoluteError: { label: 'Median absolute error', explanation: 'Half of the errors are smaller.' },
  mape: { label: 'Mean absolute percentage error', explanation: 'Mean size of an error relative to the truth.' },
  smape: { label: 'Symmetric percentage error', explanation: 'Mean error relative to truth and prediction together.' },
  r2: { label: 'R²', explanation: 'Share of the variance explained; 0 is the mean, 1 perfect.' },
  explainedVariance: {
    label: 'Explained variance',
    explanation: 'Share of the variance explained, a constant offset forgiven.',
  },
  maxError: { label: 'Largest error', explanation: 'The single worst row.' },
  meanError: { label: 'Mean error', explanation: 'Positive: predictions are too low or too high on average.' },
  maximumCalibrationError: {
    label: 'Largest calibration error',
    explanation: 'Largest distance of predicted from observed shares in a bin; lower is better.',
  },
  f2: { label: 'F2', explanation: 'F1 with recall counted double.' },
  fHalf: { label: 'F0.5', explanation: 'F1 with precision counted double.' },
  jaccard: { label: 'Jaccard', explanation: 'Rows rightly called positive, of those that are or are called so.' },
  zeroOneLoss: { label: 'Error rate', explanation: 'Share of rows whose class is wrong.' },
  brierSkill: { label: 'Brier skill', explanation: 'Brier score against always answering the share of positives.' },
  d2LogLoss: { label: 'Log loss explained', explanation: 'Log loss against always answering the share of positives.' },
  ksStatistic: { label: 'KS of scores', explanation: 'Largest distance of true from false positive rate.' },
  partialAuc01: {
    label: 'ROC AUC up to 10 % false positives',
    explanation: 'Area at few false positives, rescaled: 0.5 is guessing.',
  },
  prAucTrapezoid: { label: 'PR AUC by trapezoids', explanation: 'Flatters; average precision is the better figure.' },
  top2Accuracy: { label: 'Top-2 accuracy', explanation: 'Share of rows whose class is among the two most probable.' },
  wape: { label: 'Weighted percentage error', explanation: 'Sum of errors over the sum of true values.' },
  d2Absolute: { label: 'Absolute error explained', explanation: 'Absolute error against always answering the median.' },
  'pinball0.1': { label: 'Pinball loss, 10 %', explanation: 'Loss of a prediction of the 10 % quantile.' },
  'pinball0.5': { label: 'Pinball loss, 50 %', explanation: 'Half the mean absolute error.' },
  'pinball0.9': { label: 'Pinball loss, 90 %', explanation: 'Loss of a prediction of the 90 % quantile.' },
  'd2Pinball0.1': { label: 'Pinball loss explained, 10 %', explanation: 'Against always answering that quantile.' },
  'd2Pinball0.5': { label: 'Pinball loss explained, 50 %', explanation: 'Against always answering the median.' },
  'd2Pinball0.9': { label: 'Pinball loss explained, 90 %', explanation: 'Against always answering that quantile.' },
  msle: { label: 'Mean squared log error', explanation: 'Squared error of logarithms: relative errors count.' },
  rmsle: { label: 'Root mean squared log error', explanation: 'Typical relative error, for values from zero up.' },
  poissonDeviance: {
    label: 'Poisson deviance',
    explanation: 'Error where the spread grows with the value, as of counts.',
  },
  'tweedie1.5': { label: 'Tweedie deviance', explanation: 'Error of values that are often zero, else spread out.' },
  d2Tweedie1: { label: 'Poisson deviance explained', explanation: 'Against always answering the mean.' },
  gammaDeviance: { label: 'Gamma deviance', explanation: 'Error where only the ratio counts.' },
  selectionRate: { label: 'Selection rate', explanation: 'Share of rows called positive.' },
  truePositiveRate: { label: 'True positive rate', explanation: 'Of the positive rows, the share that is found.' },
  falsePositiveRate: { label: 'False positive rate', explanation: 'Of the negative rows, the share called positive.' },
  falseNegativeRate: { label: 'False negative rate', explanation: 'Of the positive rows, the share missed.' },
  trueNegativeRate: { label: 'True negative rate', explanation: 'Of the negative rows, the share left alone.' },
  negativePredictiveValue: {
    label: 'Negative predictive value',
    explanation: 'Of the rows called negative, the share that is.',
  },
  prevalence: { label: 'Prevalence', explanation: 'Share of positive rows.' },
  demographicParityDifference: {
    label: 'Demographic parity difference',
    explanation: 'Largest difference of the selection rate between groups.',
  },
  equalOpportunityDifference: {
    label: 'Equal opportunity difference',
    explanation: 'Largest difference of the true positive rate between groups.',
  },
  equalizedOddsDifference: {
    label: 'Equalized odds difference',
    explanation: 'Larger of the differences in true and false positive rates.',
  },
  predictiveParityDifference: {
    label: 'Predictive parity difference',
    explanation: 'Largest difference of precision between groups.',
  },
  falsePositiveRateDifference: {
    label: 'False positive rate difference',
    explanation: 'Largest difference of the false positive rate between groups.',
  },
  accuracyDifference: { label: 'Accuracy difference', explanation: 'Largest difference of accuracy between groups.' },
  demographicParityRatio: {
    label: 'Demographic parity ratio',
    explanation: 'Lowest selection rate divided by the highest.',
  },
  trainLoss: { label: 'Loss on training rows', explanation: 'What training minimises.' },
  validationLoss: { label: 'Loss on validation rows', explanation: 'The loss on rows training does not see.' },
};

/** camelCase to words: "meanPinballLoss" is "Mean pinball loss". */
export const spelledOut = (name: string): string => {
  const spaced = name
    .replaceAll(/[_.]/g, ' ')
    .replaceAll(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};

/** What a metric is called; unknown names are spelled out. A prefix before a dot is the candidate it was measured on. */
export function metricLabel(name: string): string {
  const known = metrics[name]?.label;
  if (known !== undefined) return known;
  const dot = name.lastIndexOf('.');
  if (dot > 0) return `${spelledOut(name.slice(0, dot))}: ${metricLabel(name.slice(dot + 1))}`;
  return spelledOut(name);
}

/** One sentence about a metric; null for one without. */
export const metricExplanation = (name: string): string | null => metrics[name]?.explanation ?? null;
