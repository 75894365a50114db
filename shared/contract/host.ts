/** What the page may ask of the program around it. The only difference between Electron and the browser host. */
export interface HostCapabilities {
  readonly kind: 'electron' | 'browser';
  /** Opens the native file dialog; undefined where there is none (the page then uses a file input and uploads). */
  readonly chooseFiles: (() => Promise<readonly string[]>) | undefined;
  readonly chooseFolder: (() => Promise<string | undefined>) | undefined;
  /** The path of a dropped file; undefined where the page has to upload it. */
  readonly pathOfDrop: ((file: unknown) => string | undefined) | undefined;
  /** Shows a file in the system's file manager. */
  readonly reveal: ((path: string) => Promise<void>) | undefined;
  readonly notify: ((title: string, body: string) => Promise<void>) | undefined;
}
