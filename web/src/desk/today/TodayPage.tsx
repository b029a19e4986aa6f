export function TodayPage() {
  return <h1 />
}
