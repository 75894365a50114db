// Runs inside the page, before its own scripts: the preload half of the stand-in. Sent as text, so it uses nothing of
// this file's surroundings but its arguments.

type Listener = (event: { ports: MessagePort[] }, ...sent: unknown[]) => void;

interface StandInPage {
  standInSend(channel: string, sent: unknown[]): Promise<void>;
  standInInvoke(channel: string, sent: unknown[]): Promise<unknown>;
  standInPort(port: string, data: unknown): Promise<void>;
  standInDeliver(channel: string, sent: unknown[], ports: string[]): void;
  standInPortDeliver(port: string, data: unknown): void;
  standInPortClose(port: string): void;
  standInPaths: Map<string, string>;
}

export function installPreload({ origin, preload }: { origin: string; preload: string }): void {
  if (window.location.origin !== origin || window.top !== window) return;
  const page = window as unknown as StandInPage & Record<string, unknown>;
  const listeners = new Map<string, Listener[]>();
  const ports = new Map<string, MessagePort>();
  // Posting a port into the page makes a new object of it; these are the ones the page holds, in the order they came.
  const arrived: MessagePort[] = [];
  const names: string[] = [];
  window.addEventListener('message', ({ ports: given }) => arrived.push(...given));
  page.standInPaths = new Map();
  page.standInDeliver = (channel, sent, portNames) => {
    const opened = portNames.map((name) => {
      const { port1, port2 } = new MessageChannel();
      port2.onmessage = ({ data }) => void page.standInPort(name, data);
      ports.set(name, port2);
      names.push(name);
      return port1;
    });
    for (const listener of listeners.get(channel) ?? []) listener({ ports: opened }, ...sent);
  };
  page.standInPortDeliver = (name, data) => ports.get(name)?.postMessage(data);
  page.standInPortClose = (name) => {
    ports.get(name)?.close();
    // Electron adds this event to the web's MessagePort; a plain Chromium has none.
    arrived[names.indexOf(name)]?.dispatchEvent(new Event('close'));
  };
  const electron = {
    ipcRenderer: {
      on(channel: string, listener: Listener) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
      send: (channel: string, ...sent: unknown[]) => void page.standInSend(channel, sent),
      invoke: (channel: string, ...sent: unknown[]) => page.standInInvoke(channel, sent),
    },
    contextBridge: {
      exposeInMainWorld(name: string, api: object) {
        Object.defineProperty(window, name, { value: Object.freeze(api), enumerable: true });
      },
    },
    webUtils: { getPathForFile: (file: File) => page.standInPaths.get(`${file.name}|${file.size}`) ?? '' },
  };
  const require = (name: string) => {
    if (name === 'electron') return electron;
    throw new Error(`A sandboxed preload cannot require ${name}.`);
  };
  new Function('require', 'module', 'exports', preload)(require, { exports: {} }, {});
}
