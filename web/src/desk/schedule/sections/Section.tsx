import type { ReactNode } from 'react'

/** A numbered part of the form. */
export function Section({ no, title, text, children }: { no: number; title: string; text?: string; children: ReactNode }) {
  return (
    <section className="tt-card course-section" aria-labelledby={`section-${no}`}>
      <header>
        <span className="course-no" aria-hidden>{no}</span>
        <h2 id={`section-${no}`}>{title}</h2>
        {text && <p>{text}</p>}
      </header>
      {children}
    </section>
  )
}

/** A label above its control. */
export function Labelled({ label, wide, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return (
    <label className="tt-field" data-wide={wide}>
      <span>{label}</span>
      {children}
    </label>
  )
}
