// The parts that the window is made of. Only this folder knows React Aria
// Components; it knows no request and no sentence.
import './parts.css';

export { I18nProvider } from 'react-aria-components';
export { afterDialog, focusBack, focusFault, focusPage, useLeaving } from './after';
export { Banner, Button, type ButtonProps, buttonClass, Chip, Search } from './button';
export { type Command, commandsNow, followKeys, isCovered, isTyping, useCommands } from './commands';
export { DateField } from './date-field';
export { Dialog, Progress } from './dialog';
export { Checkbox, type Choice, Choices, TextField, type TextFieldProps } from './fields';
export { type FilterGroup, FilterMenu } from './filter-menu';
export { Grid, GridCell, type GridColumn, type GridHandle, type GridRow } from './grid';
export { Icon, type IconName } from './icons';
export { ActionMenu, type MenuEntry } from './menu';
export { Panel } from './panel';
export { Dropdown, Pick } from './pick';
export { AGAIN, afterPress, followPresses } from './press';
export { Line, Status } from './status';
export { Toasts, type Undone, undoing, useToast } from './toast';
