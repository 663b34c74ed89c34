import { MessagePage } from "./ui/message-page";

export default function NotFound() {
  return <MessagePage title="There is no such page" detail="The address may be mistyped, or the page has moved." />;
}
