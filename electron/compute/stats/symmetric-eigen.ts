export interface SymmetricEigen {
  /** Descending. */
  readonly values: Float64Array;
  /** `vectors[k]` belongs to `values[k]`, of length one. */
  readonly vectors: readonly Float64Array[];
}

/** Eigenvalues and vectors of a symmetric matrix, given by rows, by Jacobi's rotations: every digit, for up to a few hundred rows. */
export function symmetricEigen(matrix: readonly ArrayLike<number>[]): SymmetricEigen {
  const n = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const v = matrix.map((_, i) => Float64Array.from({ length: n }, (__, j) => Number(i === j)));
  const get = (rows: readonly Float64Array[], i: number, j: number): number => rows[i]?.[j] ?? 0;
  const set = (rows: readonly Float64Array[], i: number, j: number, value: number): void => {
    const row = rows[i];
    if (row) row[j] = value;
  };
  for (let sweep = 0; sweep < 100; sweep++) {
    let rest = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rest = Math.max(rest, Math.abs(get(a, p, q)));
    if (rest === 0) break;
    let turned = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const off = get(a, p, q);
        const scale = Math.sqrt(Math.abs(get(a, p, p)) * Math.abs(get(a, q, q)));
        if (Math.abs(off) <= 1e-17 * scale || Math.abs(off) < 1e-300) continue;
        turned = true;
        const theta = (get(a, q, q) - get(a, p, p)) / (2 * off);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [kp, kq] = [get(a, k, p), get(a, k, q)];
          set(a, k, p, c * kp - s * kq);
          set(a, k, q, s * kp + c * kq);
        }
        for (let k = 0; k < n; k++) {
          const [pk, qk] = [get(a, p, k), get(a, q, k)];
          set(a, p, k, c * pk - s * qk);
          set(a, q, k, s * pk + c * qk);
        }
        for (let k = 0; k < n; k++) {
          const [kp, kq] = [get(v, k, p), get(v, k, q)];
          set(v, k, p, c * kp - s * kq);
          set(v, k, q, s * kp + c * kq);
        }
      }
    }
    if (!turned) break;
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => get(a, j, j) - get(a, i, i));
  return {
    values: Float64Array.from(order, (i) => get(a, i, i)),
    vectors: order.map((i) => Float64Array.from({ length: n }, (_, k) => get(v, k, i))),
  };
}
