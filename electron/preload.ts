import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { HostCapabilities } from '../shared/contract/host.ts';
import { CHANNELS, PORT_MESSAGE, WANT_PORT_MESSAGE } from './shell/channels.ts';

/** All that the page may ask of the program around it; nothing of Electron itself reaches the page. */
const capabilities = {
  kind: 'electron',
  chooseFiles: () => ipcRenderer.invoke(CHANNELS.chooseFiles),
  chooseFolder: () => ipcRenderer.invoke(CHANNELS.chooseFolder),
  pathOfDrop: (file) => (file instanceof File ? webUtils.getPathForFile(file) || undefined : undefined),
  reveal: (path) => ipcRenderer.invoke(CHANNELS.reveal, path),
  notify: (title, body) => ipcRenderer.invoke(CHANNELS.notify, title, body),
} satisfies HostCapabilities;

contextBridge.exposeInMainWorld('drydock', capabilities);

// The page's calls run over a port: it asks when it is ready to receive one, and gets a new one after each restart of
// the engine. A port can only cross into the page by postMessage.
window.addEventListener('message', (event) => {
  if (event.source === window && event.data === WANT_PORT_MESSAGE) ipcRenderer.send(CHANNELS.portWanted);
});
ipcRenderer.on(CHANNELS.portOpened, (event) => {
  window.postMessage(PORT_MESSAGE, window.location.origin, event.ports);
});

// The page routes by its address; a place from the menu is a step in its history like any link.
ipcRenderer.on(CHANNELS.placeChosen, (_event, place: string) => {
  window.history.pushState(null, '', place);
  window.dispatchEvent(new PopStateEvent('popstate', { state: null }));
});
