import { Checkbox, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { SchoolDetail } from '../../../api/model'
import { type Choices, type Draft, type Place, withPlace } from '../draft'
import { Labelled, Section } from './Section'

interface Props {
  draft: Draft
  choices: Choices
  onDraft: (d: Draft) => void
}

const named = (list: { id: string; name: string }[]) => list.map((x) => ({ value: x.id, label: x.name }))

/** Who teaches from where, and which class listens in which room. */
export function Where({ draft, choices, onDraft }: Props) {
  const { t } = useTranslation('desk')
  const taking = [choices.lead, ...choices.partners.filter((s) => draft.places.some((p) => p.school === s.id && p.on))]
  const lent = taking.map((s) => ({ label: s.name, options: named(s.portableDevices.filter((d) => !d.archived)) })).filter((s) => s.options.length > 0)
  return (
    <Section no={2} title={t('course.where')}>
      <h3>{t('course.leadSide', { school: choices.lead.name })}</h3>
      <div className="course-fields">
        <Labelled label={t('course.lecturer')}>
          <Select value={draft.lecturer} options={named(choices.lecturers)} placeholder={t('form.choose')} onChange={(lecturer) => onDraft({ ...draft, lecturer, slots: [] })} />
        </Labelled>
        <Labelled label={t('course.lecturerRoom')}>
          <Select value={draft.lecturerRoom} options={named(choices.lead.rooms.filter((r) => r.class === 'lecturer'))} placeholder={t('form.choose')}
            onChange={(lecturerRoom) => onDraft({ ...draft, lecturerRoom, slots: [] })} />
        </Labelled>
      </div>
      {choices.partners.map((school) => {
        const place = draft.places.find((p) => p.school === school.id)
        return place && <Receiving key={school.id} school={school} place={place} grade={draft.grade} choices={choices} onChange={(p) => onDraft(withPlace(draft, p, school))} />
      })}
      {lent.length > 0 && (
        <div className="course-place">
          <Labelled label={t('course.devices')}>
            <Select mode="multiple" maxCount={20} value={draft.devices} options={lent} placeholder={t('course.devicesNone')} onChange={(devices: string[]) => onDraft({ ...draft, devices, slots: [] })} />
          </Labelled>
        </div>
      )}
    </Section>
  )
}

function Receiving({ school, place, grade, choices, onChange }: { school: SchoolDetail; place: Place; grade: number; choices: Choices; onChange: (p: Place) => void }) {
  const { t } = useTranslation('desk')
  const classes = school.classes.filter((c) => c.grade === grade)
  const groups = school.groups.filter((g) => !g.archived && g.classes.some((id) => classes.some((c) => c.id === id)))
  const choose = (id: string) => onChange(groups.some((g) => g.id === id) ? { ...place, class: undefined, group: id } : { ...place, class: id, group: undefined })
  const pupils = [{ label: t('course.classes'), options: named(classes) }, { label: t('course.groups'), options: named(groups) }].filter((o) => o.options.length > 0)
  return (
    <div className="course-place" role="group" aria-label={school.name}>
      <h3><Checkbox checked={place.on} onChange={(e) => onChange({ ...place, on: e.target.checked })}>{t('course.receivingSide', { school: school.name })}</Checkbox></h3>
      {place.on && (
        <div className="course-fields">
          <Labelled label={t('course.class')}>
            <Select value={place.class ?? place.group} options={pupils} placeholder={t(classes.length ? 'form.choose' : 'course.noClass')} onChange={choose} />
          </Labelled>
          <Labelled label={t('course.room')}>
            <Select value={place.room} options={named(school.rooms.filter((r) => r.class !== 'lecturer'))} placeholder={t('form.choose')} onChange={(v) => onChange({ ...place, room: v })} />
          </Labelled>
          <Labelled label={t('course.assistant')}>
            <Select allowClear value={place.assistant} options={named(choices.assistants.get(school.id) ?? [])} placeholder={t('form.choose')} onChange={(v) => onChange({ ...place, assistant: v })} />
          </Labelled>
        </div>
      )}
    </div>
  )
}
