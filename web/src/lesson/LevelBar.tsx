/** How loud it is: green, amber from 90 %, red near the top. */
export function LevelBar({ share, label }: { share: number; label: string }) {
  const tone = share > 0.97 ? 'bad' : share > 0.9 ? 'warn' : 'good'
  return (
    <div className="ls-level" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)}>
      <div data-tone={tone} style={{ transform: `scaleX(${share.toFixed(3)})` }} />
    </div>
  )
}
