import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** So many colours stay as they are. */
const FREQUENT = 64;

/** A picture of the browser with a palette of 256 colours, which takes a third of the bytes. Of rare colours that are alike, one stays. */
export const withPalette = (png: Buffer): Buffer => {
  const chunks = read(png);
  const head = chunks.find(({ name }) => name === 'IHDR')?.data;
  // What Chromium writes of an opaque page: 8 bits for each of red, green and blue, not interlaced.
  if (!head?.subarray(8).equals(Buffer.from([8, 2, 0, 0, 0]))) throw new Error('not a picture of an opaque page');
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const data = chunks.filter(({ name }) => name === 'IDAT').map(({ data }) => data);
  const pixels = unfilter(inflateSync(Buffer.concat(data)), width * 3, height);
  const count = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += 3) {
    const color = pixels.readUIntBE(at, 3);
    count.set(color, (count.get(color) ?? 0) + 1);
  }
  const colors = [...count].sort(([, one], [, other]) => other - one).map(([color]) => color);
  let [kinds, index] = [new Map<number, number>(), new Map<number, number>()];
  for (let bits = 8; bits === 8 || kinds.size > 256; bits -= 1) {
    [kinds, index] = [new Map(), new Map()];
    for (const [rank, color] of colors.entries()) {
      const rough = [16, 8, 0].reduce((all, shift) => (all << bits) | (((color >> shift) & 255) >> (8 - bits)), 0);
      const kind = rank < FREQUENT ? -1 - rank : rough;
      const at = kinds.get(kind) ?? kinds.size;
      kinds.set(kind, at);
      index.set(color, at);
    }
  }
  const palette = Buffer.alloc(kinds.size * 3);
  // The most frequent one of its kind is written last.
  for (const color of [...colors].reverse()) palette.writeUIntBE(color, (index.get(color) ?? 0) * 3, 3);

  const rows = Buffer.alloc(height * (width + 1));
  for (let at = 0; at < width * height; at += 1) {
    rows[at + Math.floor(at / width) + 1] = index.get(pixels.readUIntBE(at * 3, 3)) ?? 0;
  }
  const newHead = Buffer.from(head);
  newHead[9] = 3;
  const written = [
    chunk('IHDR', newHead),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([SIGNATURE, ...written]);
};

const read = (png: Buffer): { name: string; data: Buffer }[] => {
  const chunks = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ name: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
};

const chunk = (name: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
};

/** The bytes of the rows, each of which was written as a difference (PNG, section 9.2). */
const unfilter = (filtered: Buffer, stride: number, height: number): Buffer => {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = filtered[y * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const left = x < 3 ? 0 : (out[y * stride + x - 3] ?? 0);
      const up = y === 0 ? 0 : (out[(y - 1) * stride + x] ?? 0);
      const corner = x < 3 || y === 0 ? 0 : (out[(y - 1) * stride + x - 3] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      out[y * stride + x] = (filtered[y * (stride + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return out;
};

const paeth = (left: number, up: number, corner: number): number => {
  const distance = (value: number): number => Math.abs(left + up - corner - value);
  if (distance(left) <= distance(up) && distance(left) <= distance(corner)) return left;
  return distance(up) <= distance(corner) ? up : corner;
};
