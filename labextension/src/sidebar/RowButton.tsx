/** An action of a row, shown while the row is pointed at or has the focus. */
import type { LabIcon } from '@jupyterlab/ui-components';

export interface RowButtonProps {
  icon: LabIcon;
  label: string;
  disabled?: boolean;
  onClick: () => void;
}

export function RowButton({ icon: Icon, label, disabled = false, onClick }: RowButtonProps): React.JSX.Element {
  return (
    <button type="button" className="tram-ItemButton" title={label} aria-label={label} disabled={disabled} onClick={onClick}>
      <Icon.react tag="span" elementSize="normal" />
    </button>
  );
}
