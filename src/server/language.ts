import { LANGUAGES, type Language } from '../contract/errors.ts';

/** The first of our languages by the preference of an Accept-Language header. */
export function preferredLanguage(header: string | undefined, otherwise: Language): Language {
  const wanted = (header ?? '').split(',').map((item) => {
    const [tag = '', ...parameters] = item.trim().toLowerCase().split(';');
    const weight = parameters.find((parameter) => parameter.trim().startsWith('q='));
    return { primary: tag.split('-')[0], weight: weight ? Number(weight.trim().slice(2)) : 1 };
  });
  const best = wanted
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .find(({ primary }) => LANGUAGES.some((language) => language === primary));
  return LANGUAGES.find((language) => language === best?.primary) ?? otherwise;
}
