import { Outlet } from 'react-router';

/** Rail, body, status bar. */
export function Frame() {
  return <Outlet />;
}
