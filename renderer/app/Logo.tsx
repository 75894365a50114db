interface LogoProps {
  readonly size: number;
}

/** A hull in its dock. */
export function Logo({ size }: LogoProps) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#0b6b9c" />
      <path d="M6 9v13h20V9" fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" />
      <path d="M9.500 12h13l-2.500 6.500h-8z" fill="#fff" />
    </svg>
  );
}
