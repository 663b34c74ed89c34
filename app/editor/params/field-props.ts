/** What every field of a param is given. */
import type { ParamValue } from "../graph/operations";
import type { ParamField } from "../graph/param-fields";

/** Where the field stands. */
export type Place = "card" | "panel";

export interface FieldProps {
  id: string;
  nodeId: string;
  field: ParamField;
  /** Its title, in the language of the interface. */
  label: string;
  place: Place;
  value: ParamValue;
  invalid: boolean;
  describedBy: string | undefined;
  onChange: (value: ParamValue) => void;
  onCommit: () => void;
}
