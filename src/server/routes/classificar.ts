import { Type } from 'typebox';
import { ErrorBody } from '../../contract/error-body.ts';
import { Classificacao } from '../../contract/prediction.ts';
import { askerOf } from '../asker.ts';
import { describeClassificacao } from '../describe.ts';
import { readFormPicture } from '../read-pictures.ts';
import { recordingRefusals } from '../record-refusals.ts';
import type { Services } from '../services.ts';
import type { App } from '../types.ts';

/** The seed's contract, so that what was written for it goes on working. */
export function classificarRoute(app: App, { admitUnread, memory, metrics, predictor }: Services): void {
  app.post('/classificar', {
    config: { access: 'predict', seed: true },
    schema: {
      tags: ['predictions'],
      summary: "Classify one picture by the seed's contract",
      description: 'Always the likelier state; `decision` says whether it is one to rely on.',
      body: {
        content: {
          'multipart/form-data': {
            schema: Type.Object({ image: Type.String({ format: 'binary' }) }),
          },
        },
      },
      response: { 200: Classificacao, '4xx': ErrorBody, '5xx': ErrorBody },
    },
    handler: (request, reply) => {
      const asker = askerOf(request, reply);
      return recordingRefusals(predictor, asker, async () => {
        admitUnread(asker.priority);
        const upload = await readFormPicture(request, 'image', memory);
        metrics.batches.observe({ route: asker.route }, 1);
        try {
          return describeClassificacao(await predictor.predict(upload, asker));
        } finally {
          upload.done();
        }
      });
    },
  });
}
