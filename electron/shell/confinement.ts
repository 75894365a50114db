import type { App, Session, WebContents } from 'electron';
import { PAGE_ORIGIN } from './channels.ts';

/** True for addresses of the page itself. */
export const isOwnAddress = (address: string): boolean =>
  address === PAGE_ORIGIN || address.startsWith(`${PAGE_ORIGIN}/`);

/** Copying to the clipboard is the one thing the page may do beyond drawing itself. */
const ALLOWED_PERMISSION = 'clipboard-sanitized-write';

/** Denies every permission a page can ask for, but writing text and pictures to the clipboard from our own page. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(permission === ALLOWED_PERMISSION && isOwnAddress(contents.getURL()));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === ALLOWED_PERMISSION && isOwnAddress(origin),
  );
  session.setDevicePermissionHandler(() => false);
}

/** Whatever contents are ever made: they stay on our page, open no window and embed nothing. */
export function confineContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => confine(contents));
}

function confine(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!isOwnAddress(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isOwnAddress(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
