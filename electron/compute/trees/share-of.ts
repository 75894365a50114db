/** The part [from, to) of `count` things that a member takes; parts differ by at most one `unit`. */
export function shareOf(count: number, member: number, size: number, unit = 1): readonly [number, number] {
  const units = Math.ceil(count / unit);
  const from = Math.floor((units * member) / size) * unit;
  const to = Math.floor((units * (member + 1)) / size) * unit;
  return [Math.min(from, count), Math.min(to, count)];
}
