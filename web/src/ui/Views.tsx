import css from './Views.module.css';

/** A choice of a few views of the same page, beside its title. */
export function Views<T extends string>({
  label,
  views,
  value,
  onChange,
}: {
  label: string;
  views: readonly { value: T; title: string }[];
  value: T | undefined;
  onChange: (value: T) => void;
}) {
  return (
    <div className={css.views} role="group" aria-label={label}>
      {views.map((view) => (
        <button key={view.value} type="button" aria-pressed={view.value === value} onClick={() => onChange(view.value)}>
          {view.title}
        </button>
      ))}
    </div>
  );
}
