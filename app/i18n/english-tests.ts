/** Before every unit test: what speaks outside React speaks English. */
import { setCurrentTranslator } from "./current-translator";
import { english } from "./translator";

setCurrentTranslator(english);
