import { PICTURE_FORMAT_NAMES } from './limits.ts';

// The one error table. A code is what programs compare; the two texts are for people and may be reworded.
// A placeholder whose name ends in `bytes` is shown as kB or MB, any other number with digit groups.

export const LANGUAGES = ['pt', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface ErrorRow {
  /** HTTP status. */
  readonly status: number;
  /** Whether the very same request can succeed later. */
  readonly retryable: boolean;
  readonly en: string;
  readonly pt: string;
}

export const ERRORS = {
  MALFORMED_REQUEST: {
    status: 400,
    retryable: false,
    en: 'This is not a valid HTTP request.',
    pt: 'Esta não é uma requisição HTTP válida.',
  },
  MALFORMED_MULTIPART: {
    status: 400,
    retryable: false,
    en: 'The multipart form is broken or cut off.',
    pt: 'O formulário multipart está quebrado ou incompleto.',
  },
  MALFORMED_JSON: {
    status: 400,
    retryable: false,
    en: 'The body is not valid JSON.',
    pt: 'O corpo não é um JSON válido.',
  },
  MALFORMED_BASE64: {
    status: 400,
    retryable: false,
    en: 'Picture {number} is not valid base64.',
    pt: 'A foto {number} não é um base64 válido.',
  },
  INVALID_PARAMETER: {
    status: 400,
    retryable: false,
    en: 'The parameter {name} is wrong: {rule}.',
    pt: 'O parâmetro {name} está errado: {rule}.',
  },
  WEBHOOK_REFUSED: {
    status: 400,
    retryable: false,
    en: 'Results cannot be sent to this address: {rule}.',
    pt: 'Os resultados não podem ser enviados a este endereço: {rule}.',
  },
  NO_FILE: {
    status: 400,
    retryable: false,
    en: 'No picture was sent. Send one in the form field "{field}".',
    pt: 'Nenhuma foto foi enviada. Envie uma no campo "{field}" do formulário.',
  },
  EMPTY_FILE: {
    status: 400,
    retryable: false,
    en: 'The file is empty (0 bytes).',
    pt: 'O arquivo está vazio (0 bytes).',
  },
  UNAUTHORIZED: {
    status: 401,
    retryable: false,
    en: 'An API key is needed. Send it in the header "Authorization: Bearer …".',
    pt: 'É preciso uma chave de API. Envie-a no cabeçalho "Authorization: Bearer …".',
  },
  INVALID_CREDENTIALS: {
    status: 401,
    retryable: false,
    en: 'This API key or token is unknown, expired or revoked.',
    pt: 'Esta chave de API ou este token é desconhecido, expirou ou foi revogado.',
  },
  FORBIDDEN: {
    status: 403,
    retryable: false,
    en: 'This address may only be read from the machine that the server runs on.',
    pt: 'Este endereço só pode ser lido na própria máquina do servidor.',
  },
  MISSING_SCOPE: {
    status: 403,
    retryable: false,
    en: 'This needs the scope "{scope}", which the key or token does not have.',
    pt: 'Isto exige o escopo "{scope}", que a chave ou o token não tem.',
  },
  CROSS_SITE: {
    status: 403,
    retryable: false,
    en: 'A page of another site may not ask this without a key.',
    pt: 'Uma página de outro site não pode pedir isto sem uma chave.',
  },
  NOT_FOUND: {
    status: 404,
    retryable: false,
    en: 'There is nothing at {path}.',
    pt: 'Não há nada em {path}.',
  },
  PREDICTION_NOT_FOUND: {
    status: 404,
    retryable: false,
    en: 'There is no prediction with the id {id}.',
    pt: 'Não existe previsão com o id {id}.',
  },
  FEEDBACK_NOT_FOUND: {
    status: 404,
    retryable: false,
    en: 'Nobody has said yet what the picture of prediction {id} shows.',
    pt: 'Ninguém disse ainda o que a foto da previsão {id} mostra.',
  },
  PICTURE_NOT_KEPT: {
    status: 404,
    retryable: false,
    en: 'The picture of this prediction was not kept, or is kept no longer.',
    pt: 'A foto desta previsão não foi guardada, ou já foi apagada.',
  },
  MODEL_NOT_FOUND: {
    status: 404,
    retryable: false,
    en: 'There is no model {name}.',
    pt: 'Não existe o modelo {name}.',
  },
  JOB_NOT_FOUND: {
    status: 404,
    retryable: false,
    en: 'There is no job with the id {id}.',
    pt: 'Não existe tarefa com o id {id}.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retryable: false,
    en: '{method} is not possible here. Use {allowed}.',
    pt: '{method} não é possível aqui. Use {allowed}.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    retryable: true,
    en: 'The request did not arrive in time.',
    pt: 'A requisição não chegou a tempo.',
  },
  MODEL_UNFIT: {
    status: 409,
    retryable: false,
    en: 'The model {name} cannot answer: {reason}.',
    pt: 'O modelo {name} não pode responder: {reason}.',
  },
  NO_PREVIOUS_MODEL: {
    status: 409,
    retryable: false,
    en: 'There is no earlier model to go back to.',
    pt: 'Não há modelo anterior ao qual voltar.',
  },
  FILE_TOO_LARGE: {
    status: 413,
    retryable: false,
    en: 'The picture is larger than {limit_bytes}. Send a smaller one.',
    pt: 'A foto passa de {limit_bytes}. Envie uma menor.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    retryable: false,
    en: 'The request is larger than {limit_bytes}.',
    pt: 'A requisição passa de {limit_bytes}.',
  },
  TOO_MANY_PICTURES: {
    status: 413,
    retryable: false,
    en: 'More than {limit} pictures in one request. Send them in several requests.',
    pt: 'Mais de {limit} fotos em uma requisição. Envie em várias.',
  },
  TOO_MANY_FIELDS: {
    status: 413,
    retryable: false,
    en: 'The form has more than {limit} parts.',
    pt: 'O formulário tem mais de {limit} partes.',
  },
  TOO_MANY_VALUES: {
    status: 413,
    retryable: false,
    en: 'The JSON has more than {limit} values. Send large tensors as binary data.',
    pt: 'O JSON tem mais de {limit} valores. Envie tensores grandes como dados binários.',
  },
  TOO_MANY_PIXELS: {
    status: 413,
    retryable: false,
    en: 'The picture has {width} × {height} pixels; at most {limit_pixels} pixels are read.',
    pt: 'A foto tem {width} × {height} pixels; o máximo é de {limit_pixels} pixels.',
  },
  UNSUPPORTED_FORMAT: {
    status: 415,
    retryable: false,
    en: `This file is not a picture that can be read. Send one of: ${PICTURE_FORMAT_NAMES}.`,
    pt: `Este arquivo não é uma foto que possa ser lida. Envie um destes: ${PICTURE_FORMAT_NAMES}.`,
  },
  ANIMATED_PICTURE: {
    status: 415,
    retryable: false,
    en: 'The picture is animated ({frames} frames). Send a still one.',
    pt: 'A imagem é animada ({frames} quadros). Envie uma foto parada.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    en: 'The content type "{type}" is not read here. Send {accepted}.',
    pt: 'O tipo de conteúdo "{type}" não é lido aqui. Envie {accepted}.',
  },
  UNSUPPORTED_ENCODING: {
    status: 415,
    retryable: false,
    en: 'The content encoding "{encoding}" is not read here. Send the body as it is.',
    pt: 'A codificação de conteúdo "{encoding}" não é lida aqui. Envie o corpo sem compressão.',
  },
  EXPECTATION_FAILED: {
    status: 417,
    retryable: false,
    en: 'What the header "Expect: {expectation}" asks for is not done here.',
    pt: 'O que o cabeçalho "Expect: {expectation}" pede não é feito aqui.',
  },
  BROKEN_PICTURE: {
    status: 422,
    retryable: false,
    en: 'The picture is damaged or cut off and cannot be decoded.',
    pt: 'A foto está danificada ou incompleta e não pôde ser decodificada.',
  },
  DECODER_FAILED: {
    status: 422,
    retryable: false,
    en: 'Reading this picture ended its process or took longer than {seconds} seconds, so it was given up.',
    pt: 'A leitura desta foto derrubou o processo ou passou de {seconds} segundos e foi abandonada.',
  },
  RATE_LIMITED: {
    status: 429,
    retryable: true,
    en: 'More than {limit} requests in a minute. Try again in {seconds} seconds.',
    pt: 'Mais de {limit} requisições em um minuto. Tente de novo em {seconds} segundos.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    retryable: false,
    en: 'The request headers are larger than {limit_bytes}.',
    pt: 'Os cabeçalhos da requisição passam de {limit_bytes}.',
  },
  INTERNAL: {
    status: 500,
    retryable: true,
    en: 'Something went wrong on our side. The request id helps us to find it.',
    pt: 'Algo deu errado do nosso lado. O id da requisição nos ajuda a encontrar o problema.',
  },
  OVERLOADED: {
    status: 503,
    retryable: true,
    en: 'Too many pictures are waiting. Try again in {seconds} seconds.',
    pt: 'Há fotos demais na fila. Tente de novo em {seconds} segundos.',
  },
  DEADLINE_EXCEEDED: {
    status: 503,
    retryable: true,
    en: 'The picture could not be answered within {deadline} seconds. Try again in {seconds} seconds.',
    pt: 'A foto não pôde ser respondida em {deadline} segundos. Tente de novo em {seconds} segundos.',
  },
  AUTH_UNAVAILABLE: {
    status: 503,
    retryable: true,
    en: 'Keys and tokens cannot be checked at the moment. Try again in {seconds} seconds.',
    pt: 'No momento não é possível verificar chaves e tokens. Tente de novo em {seconds} segundos.',
  },
  JOBS_FULL: {
    status: 503,
    retryable: true,
    en: 'All jobs and their results fill {limit_bytes}. Try again in {seconds} seconds.',
    pt: 'Todas as tarefas e seus resultados ocupam {limit_bytes}. Tente de novo em {seconds} segundos.',
  },
  NOT_READY: {
    status: 503,
    retryable: true,
    en: 'The server is not ready: {waiting_for}.',
    pt: 'O servidor não está pronto: {waiting_for}.',
  },
  STORE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    en: 'The database does not answer. Try again in {seconds} seconds.',
    pt: 'O banco de dados não responde. Tente de novo em {seconds} segundos.',
  },
  LOG_UNAVAILABLE: {
    status: 503,
    retryable: true,
    en: 'The prediction could not be recorded, so it is not given. Try again in {seconds} seconds.',
    pt: 'A previsão não pôde ser registrada e por isso não é dada. Tente de novo em {seconds} segundos.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

export const ERROR_CODES = Object.keys(ERRORS).filter(isErrorCode);

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}

/** What fills a text's placeholders; also sent as data, so that programs need not read the text. */
export type ErrorValues = Readonly<Record<string, string | number>>;

type Placeholder<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

/** The values that the texts of `Code` need. Others may be added: they travel in the answer's `values`. */
export type ValuesFor<Code extends ErrorCode> = Record<
  Placeholder<(typeof ERRORS)[Code]['en']>,
  string | number
> &
  ErrorValues;

/** The text of an error with its placeholders filled. */
export function errorText(code: ErrorCode, language: Language, values: ErrorValues = {}): string {
  return filled(ERRORS[code][language], language, values);
}

/** A text with its placeholders filled; one without a value is left as it is. */
export function filled(text: string, language: Language, values: ErrorValues): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    return value === undefined ? placeholder : shown(name, value, language);
  });
}

function shown(name: string, value: string | number, language: Language): string {
  if (typeof value === 'string') return value;
  const locale = language === 'pt' ? 'pt-BR' : 'en';
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  if (!name.endsWith('bytes')) return format.format(value);
  return value < 1_000_000 ? `${format.format(value / 1e3)} kB` : `${format.format(value / 1e6)} MB`;
}

/** Something refused for a reason of the table. Thrown inside, shown outside by whoever speaks to the client. */
export class Refusal<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = 'Refusal';
  readonly code: ErrorCode;
  readonly values: ErrorValues;

  constructor(code: Code, values: ValuesFor<Code>, options?: ErrorOptions) {
    super(errorText(code, 'en', values), options);
    this.code = code;
    this.values = values;
  }
}
