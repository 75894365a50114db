import { useSearchParams } from 'react-router';

/** Which answers are looked at: true class, answered class, wrong ones alone, at which threshold; the address holds them. */
export interface AnswerSearch {
  readonly truth: string | undefined;
  readonly answer: string | undefined;
  readonly isWrongOnly: boolean;
  readonly threshold: number | null;
  readonly change: (name: 'truth' | 'answer' | 'wrong', value: string | null) => void;
}

/** The classes and kinds of answers that the address asks for. */
export function useAnswerSearch(): AnswerSearch {
  const [search, setSearch] = useSearchParams();
  const threshold = Number(search.get('threshold') ?? Number.NaN);
  return {
    truth: search.get('truth') ?? undefined,
    answer: search.get('answer') ?? undefined,
    isWrongOnly: search.get('wrong') !== null,
    threshold: threshold >= 0 && threshold <= 1 ? threshold : null,
    change: (name, value) =>
      setSearch(
        (old) => {
          const next = new URLSearchParams(old);
          if (value === null) next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true, flushSync: true },
      ),
  };
}
