/** A button that says which key does the same. */
import { Glyph, type GlyphName } from './glyphs';
import { keyOf } from './keys';

export interface CommandButtonProps {
  /** The command of `keys.ts` whose key is shown. */
  command: string;
  label: string;
  glyph?: GlyphName;
  tone?: 'accept' | 'reject';
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

export function CommandButton(props: CommandButtonProps): React.JSX.Element {
  const { command, label, glyph, tone, pressed, disabled = false, onClick } = props;
  const key = keyOf(command);
  return (
    <button
      type="button"
      className="tram-Button"
      data-command={command}
      {...(tone ? { 'data-tone': tone } : {})}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      {...(key === '' ? {} : { 'aria-keyshortcuts': key })}
      disabled={disabled}
      onClick={onClick}
    >
      {glyph && <Glyph name={glyph} />}
      <span>{label}</span>
      {key !== '' && <kbd aria-hidden="true">{key}</kbd>}
    </button>
  );
}
