import type { Grey } from './wire';

// Sides of what is recognised. A page of 200 dpi is 2339 high and as good as one of
// 300; what is much smaller is enlarged, and a photo of many megapixels takes
// longer without being read better.
export const LONGEST = 3600;
const SHORT = 1700;
const MOST_LARGER = 2;

// sizeFor is the size in which a picture is recognised.
export function sizeFor(width: number, height: number): { width: number; height: number } {
  const longer = Math.max(width, height);
  const by = longer > LONGEST ? LONGEST / longer : longer < SHORT ? Math.min(MOST_LARGER, SHORT / longer) : 1;
  return { width: Math.max(1, Math.round(width * by)), height: Math.max(1, Math.round(height * by)) };
}

// greyOf draws a picture on white, upright and in that size.
export async function greyOf(picture: Blob | ImageBitmap): Promise<Grey> {
  const bitmap = picture instanceof Blob ? await createImageBitmap(picture) : picture;
  const { width, height } = sizeFor(bitmap.width, bitmap.height);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  if (!drawing) throw new Error('no canvas');
  drawing.fillStyle = '#fff';
  drawing.fillRect(0, 0, width, height);
  drawing.imageSmoothingQuality = 'high';
  drawing.drawImage(bitmap, 0, 0, width, height);
  if (picture instanceof Blob) bitmap.close();
  return { width, height, bytes: shades(drawing.getImageData(0, 0, width, height).data) };
}

// shades weighs red, green and blue as eyes do.
export function shades(rgba: Uint8ClampedArray): Uint8Array<ArrayBuffer> {
  const grey = new Uint8Array(rgba.length / 4);
  for (let to = 0, from = 0; to < grey.length; to++, from += 4) {
    grey[to] = ((rgba[from] ?? 0) * 77 + (rgba[from + 1] ?? 0) * 150 + (rgba[from + 2] ?? 0) * 29) >> 8;
  }
  return grey;
}
