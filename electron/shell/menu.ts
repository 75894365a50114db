import { Menu, type MenuItemConstructorOptions } from 'electron';

/** Places of the page that the menu leads to, with their keys. */
const PLACES: readonly { readonly label: string; readonly place: string; readonly key: string }[] = [
  { label: 'Start', place: '/', key: '0' },
  { label: 'Data', place: '/data', key: '1' },
  { label: 'Train', place: '/train', key: '2' },
  { label: 'Models', place: '/models', key: '3' },
  { label: 'Deploy', place: '/deploy', key: '4' },
  { label: 'Monitor', place: '/monitor', key: '5' },
  { label: 'Jobs', place: '/jobs', key: '6' },
  { label: 'Settings', place: '/settings', key: ',' },
];

/** Sets the application menu; `goTo` is called with the place that was chosen. */
export function setMenu(isMac: boolean, goTo: (place: string) => void): void {
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { label: '&File', submenu: [isMac ? { role: 'close' } : { role: 'quit' }] },
    { role: 'editMenu' },
    {
      label: '&Go',
      submenu: PLACES.map(({ label, place, key }) => ({
        label,
        accelerator: `CmdOrCtrl+${key}`,
        click: () => goTo(place),
      })),
    },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        { role: 'toggleDevTools' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
