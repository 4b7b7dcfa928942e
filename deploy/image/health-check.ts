// The image's HEALTHCHECK: exit status 0 when a picture would be answered now. Runs beside the server, with its settings.
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import process from 'node:process';

const { HOST, PORT, TLS_CERT } = process.env;
const everywhere = !HOST || HOST === '0.0.0.0' || HOST === '::';
const address = {
  host: everywhere ? '127.0.0.1' : HOST,
  port: PORT || 8501,
  path: '/health/ready',
  // The certificate names what clients call the server, not this machine's inside.
  rejectUnauthorized: false,
};

(TLS_CERT ? getHttps : getHttp)(address, (answer) => {
  answer.resume();
  if (answer.statusCode !== 200) process.exitCode = 1;
}).on('error', ({ message }) => {
  console.error(message);
  process.exitCode = 1;
});
