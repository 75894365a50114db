/** Names of the messages between preload and main. */
export const CHANNELS = {
  /** The page is ready for a port (send). */
  portWanted: 'port.wanted',
  /** A port for the page (post, with the port). */
  portOpened: 'port.opened',
  /** A place chosen in the menu (send to the page). */
  placeChosen: 'place.chosen',
  chooseFiles: 'files.choose',
  chooseFolder: 'folder.choose',
  reveal: 'file.reveal',
  notify: 'notification.show',
} as const;

/** What preload says in the page when a port arrives, and what the page says to ask for one. */
export const PORT_MESSAGE = 'drydock:port';
export const WANT_PORT_MESSAGE = 'drydock:want-port';

export const PAGE_SCHEME = 'app';
export const PAGE_ORIGIN = `${PAGE_SCHEME}://drydock`;
