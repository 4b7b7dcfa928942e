// A picture from a blob, its object URL freed when it is no longer shown.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface BlobImageProps {
  readonly blob: Blob;
  readonly alt: string;
}

export function BlobImage({ blob, alt }: BlobImageProps): JSX.Element | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url === null ? null : <img src={url} alt={alt} decoding="async" />;
}
