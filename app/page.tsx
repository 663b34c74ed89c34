import { StartPage } from "./start/start-page";

export default function Page() {
  return <StartPage />;
}
