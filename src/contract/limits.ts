// What a client may send: plain data, read by the server (which enforces it) and by the page (which warns first).

const MEGABYTE = 1_000_000;

export const LIMITS = {
  /** Bytes of one picture file. */
  pictureBytes: 25 * MEGABYTE,
  /** Width times height of one picture, counted before its pixels are unpacked. */
  picturePixels: 50_000_000,
  /** Pictures in one request. */
  picturesPerRequest: 16,
  /** Pictures in one request whose answers are streamed. */
  picturesPerStream: 200,
  /** Bytes of a JSON body: one picture of the largest size in base64. */
  jsonBytes: 34 * MEGABYTE,
  /** Values in a JSON body: the most pictures of a job and their commas, many times over. */
  jsonValues: 10_000,
  /** Values in the JSON of the inference protocol, tensors among them; larger ones are sent as binary data. */
  inferValues: 400_000,
  /** Bytes of a request of the inference protocol, whose tensors are not compressed. */
  inferBytes: 64 * MEGABYTE,
  /** Pictures of one job. */
  picturesPerJob: 1_000,
  /** Characters of a feedback comment. */
  commentLength: 1_000,
  /** Entries of one page of the prediction list. */
  pageSize: 200,
} as const;

/** The file formats that are read, by the name an answer gives them. */
export const PICTURE_FORMATS = ['jpeg', 'png', 'webp'] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** For people: in an error text, in the page's drop zone. */
export const PICTURE_FORMAT_NAMES = 'JPEG, PNG, WebP';

/** For `<input type="file" accept>` and for the Content-Type of a raw body. */
export const PICTURE_MEDIA_TYPES = PICTURE_FORMATS.map((format) => `image/${format}` as const);
