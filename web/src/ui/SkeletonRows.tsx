import { useEffect, useState } from 'react';
import css from './SkeletonRows.module.css';

const patience = 150; // milliseconds; what comes sooner needs no skeleton

/** The rows of a list before they are there, in the final layout. */
export function SkeletonRows({ columns }: { columns: readonly string[] }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patience);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={css.rows} aria-busy="true">
      {late &&
        Array.from({ length: 12 }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
          <div key={row} className={css.row} style={{ gridTemplateColumns: columns.join(' ') }}>
            {columns.map((width, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <i key={`${i} ${width}`} style={{ width: `${50 + ((row * 7 + i * 13) % 4) * 12}%` }} />
            ))}
          </div>
        ))}
    </div>
  );
}
