import type { EChartsOption } from 'echarts';
import type { ChartPalette } from './charts/palette.ts';

interface Picture {
  readonly option: EChartsOption;
  readonly title: string;
  readonly subtitle: string;
  readonly width: number;
  readonly height: number;
  readonly palette: ChartPalette;
}

const HEAD = 58;
const MARGIN = 16;
const FONT = 'system-ui, sans-serif';

const still = (option: EChartsOption): EChartsOption => ({ ...option, animation: false });
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The chart with its two sentences as one SVG document. */
export async function chartAsSvg({ option, title, subtitle, width, height, palette }: Picture): Promise<Blob> {
  const { init } = await import('./chart-engine.ts');
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption(still(option));
  const drawing = chart.renderToSVGString();
  chart.dispose();
  const head = [
    `<rect width="100%" height="100%" fill="${palette.surface}"/>`,
    `<text x="${MARGIN}" y="26" font-family="${FONT}" font-size="15" font-weight="600" fill="${palette.text}">${escaped(title)}</text>`,
    `<text x="${MARGIN}" y="46" font-family="${FONT}" font-size="12" fill="${palette.dimmed}">${escaped(subtitle)}</text>`,
  ].join('');
  const total = height + HEAD;
  const document = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}">${head}<g transform="translate(0 ${HEAD})">${drawing}</g></svg>`;
  return new Blob([document], { type: 'image/svg+xml' });
}

/** The same picture in pixels, twice as dense as the screen's. */
export async function chartAsPng(picture: Picture): Promise<Blob> {
  const { init } = await import('./chart-engine.ts');
  const { width, height, palette } = picture;
  const chart = init(document.createElement('div'), null, { renderer: 'canvas', width, height, devicePixelRatio: 2 });
  chart.setOption(still(picture.option));
  const drawing = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: palette.surface });
  const canvas = document.createElement('canvas');
  canvas.width = width * 2;
  canvas.height = (height + HEAD) * 2;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.scale(2, 2);
  context.fillStyle = palette.surface;
  context.fillRect(0, 0, width, height + HEAD);
  context.fillStyle = palette.text;
  context.font = `600 15px ${FONT}`;
  context.fillText(picture.title, MARGIN, 26, width - 2 * MARGIN);
  context.fillStyle = palette.dimmed;
  context.font = `12px ${FONT}`;
  context.fillText(picture.subtitle, MARGIN, 46, width - 2 * MARGIN);
  context.drawImage(drawing, 0, HEAD, width, height);
  chart.dispose();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png');
  });
}
