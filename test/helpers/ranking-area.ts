/** Area under the ROC curve by comparing every positive row with every negative one; ties count half. */
export function rankingArea(isPositive: ArrayLike<number>, scores: ArrayLike<number>): number {
  let [won, pairs] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    if (isPositive[i] !== 1) continue;
    for (let j = 0; j < scores.length; j++) {
      if (isPositive[j] === 1) continue;
      pairs += 1;
      const [a, b] = [scores[i] ?? 0, scores[j] ?? 0];
      won += a > b ? 1 : a === b ? 0.5 : 0;
    }
  }
  return won / pairs;
}
