// A picture from a blob, its object URL freed when it is no longer shown.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface BlobImageProps {
  /** Tells pictures apart: read again, the same one comes as another blob. */
  readonly id: string;
  readonly blob: Blob;
  readonly alt: string;
}

export function BlobImage({ id, blob, alt }: BlobImageProps): JSX.Element | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [id]);
  return url === null ? null : <img src={url} alt={alt} decoding="async" />;
}
