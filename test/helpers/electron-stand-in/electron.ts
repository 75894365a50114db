import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ipcMain } from './ipc-main.ts';
import { MessageChannelMain } from './message-channel.ts';
import { PageHost } from './page-host.ts';
import { WebContents } from './web-contents.ts';

const environment = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`The stand-in needs ${name}.`);
  return value;
};

const starting = PageHost.start();
export const pageHost = starting;

class App extends EventEmitter {
  readonly isPackaged = process.env.STAND_IN_PACKAGED === '1';
  getAppPath = (): string => environment('STAND_IN_APP');
  getName = (): string => 'Drydock';
  requestSingleInstanceLock = (): boolean => true;

  getPath(name: string): string {
    const folder = join(environment('STAND_IN_HOME'), name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  async whenReady(): Promise<void> {
    await starting;
  }

  quit(): void {
    this.emit('will-quit');
    void starting.then((host) => host.stop()).then(() => process.exit(0));
  }
}

export const app = new App();
export { ipcMain, MessageChannelMain };

const windows = new Set<BrowserWindow>();

interface WindowOptions {
  readonly width: number;
  readonly height: number;
  readonly show?: boolean;
  readonly webPreferences: Record<string, unknown>;
}

export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents;
  readonly #options: WindowOptions;
  #isVisible: boolean;
  #isDestroyed = false;

  constructor(options: WindowOptions) {
    super();
    this.#options = options;
    this.#isVisible = options.show ?? true;
    this.webContents = new WebContents(starting, options.webPreferences, options);
    windows.add(this);
    app.emit('web-contents-created', {}, this.webContents);
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
  }

  static getAllWindows = (): BrowserWindow[] => [...windows];
  loadURL = (address: string): Promise<void> => this.webContents.loadURL(address);
  getBounds = () => ({ x: 0, y: 0, width: this.#options.width, height: this.#options.height });
  getNormalBounds = () => this.getBounds();
  isVisible = (): boolean => this.#isVisible;
  isMinimized = (): boolean => false;
  isDestroyed = (): boolean => this.#isDestroyed;
  restore = (): void => undefined;
  focus = (): void => undefined;

  show(): void {
    this.#isVisible = true;
  }

  close(): void {
    this.emit('close', { preventDefault: () => undefined });
    this.#isDestroyed = true;
    windows.delete(this);
    this.emit('closed');
    void this.webContents.page.then((page) => page.close());
    if (windows.size === 0) app.emit('window-all-closed');
  }
}

interface Item {
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly accelerator?: string;
  readonly click?: () => void;
  readonly submenu?: readonly Item[];
}

export class Menu {
  static #application: Menu | null = null;
  readonly items: readonly (Omit<Item, 'submenu'> & { submenu?: Menu })[];

  constructor(template: readonly Item[]) {
    this.items = template.map(({ submenu, ...item }) => ({
      ...item,
      ...(submenu === undefined ? {} : { submenu: new Menu(submenu) }),
    }));
  }

  static buildFromTemplate = (template: readonly Item[]): Menu => new Menu(template);
  static getApplicationMenu = (): Menu | null => Menu.#application;
  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }
}

export const dialog = {
  showOpenDialog: async () => ({ canceled: true, filePaths: [] as string[] }),
  showErrorBox: (title: string, content: string): void => console.error(`${title}\n${content}`),
};

export class Notification {
  static isSupported = (): boolean => true;
  static readonly shown: { title: string; body: string }[] = [];
  readonly #options: { title: string; body: string };

  constructor(options: { title: string; body: string }) {
    this.#options = options;
  }

  show(): void {
    Notification.shown.push(this.#options);
  }
}

export const shell = { showItemInFolder: (_path: string): void => undefined };

export const protocol = {
  registerSchemesAsPrivileged: (_schemes: unknown): void => undefined,
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    void starting.then((host) => host.handlers.set(scheme, handler));
  },
};

/** What Chromium calls the permissions that a context can be given. */
const GRANTABLE: Readonly<Record<string, string>> = {
  'clipboard-sanitized-write': 'clipboard-write',
  'clipboard-read': 'clipboard-read',
  geolocation: 'geolocation',
  notifications: 'notifications',
  media: 'camera',
};

type Check = (contents: unknown, permission: string, origin: string) => boolean;

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (_handler: unknown): void => undefined,
    setDevicePermissionHandler: (_handler: unknown): void => undefined,
    setPermissionCheckHandler(check: Check): void {
      const granted = Object.entries(GRANTABLE).flatMap(([name, grant]) =>
        check(null, name, 'app://drydock/') ? [grant] : [],
      );
      void starting.then((host) => host.context.grantPermissions(granted, { origin: host.origin }));
    },
  },
};
