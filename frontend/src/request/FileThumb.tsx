import { useState } from 'react';
import { Icon } from '../ui';

// FileThumb is a small picture of a file, or a sign where there is none. It takes the
// same room before it is there.
export function FileThumb({ src, media }: { src: string | undefined; media: string }) {
  const [failed, setFailed] = useState<string>(); // the address that gave no picture
  const look = media === 'application/pdf' ? 'file-thumb page' : 'file-thumb';
  if (!src || src === failed)
    return (
      <span className={`${look} plain`}>
        <Icon name="page" size={24} />
      </span>
    );
  return <img className={look} src={src} alt="" loading="lazy" onError={() => setFailed(src)} />;
}
