import { AutoComplete, DatePicker, Input, Radio, Select } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import type { NewCourse, Pairing } from '../../../api/model'
import { type Choices, type Draft, withGrade } from '../draft'
import { Labelled, Section } from './Section'

interface Props {
  draft: Draft
  pairings: Pairing[]
  choices: Choices
  onDraft: (d: Draft) => void
}

const kinds: NewCourse['kind'][] = ['delivered', 'master', 'open']

export function What({ draft, pairings, choices, onDraft }: Props) {
  const { t } = useTranslation('desk')
  const grades = [...new Set([choices.lead, ...choices.partners].flatMap((s) => s.classes.map((c) => c.grade)))].sort((a, b) => a - b)
  return (
    <Section no={1} title={t('course.what')}>
      <div className="course-fields">
        <Labelled label={t('pairing.one')} wide>
          <Select value={draft.pairing} onChange={(pairing) => onDraft({ ...draft, pairing, slots: [] })}
            options={pairings.map((p) => ({ value: p.id, label: [p.lead.name, ...p.partners.map((s) => s.name)].join(' — ') }))} />
        </Labelled>
        <Labelled label={t('course.name')} wide>
          <Input value={draft.title} maxLength={120} placeholder={t('course.nameHint')} onChange={(e) => onDraft({ ...draft, title: e.target.value })} />
        </Labelled>
        <Labelled label={t('course.subject')}>
          <AutoComplete value={draft.subject} placeholder={t('course.subjectHint')} onChange={(subject: string) => onDraft({ ...draft, subject })}
            options={(t('subjects', { returnObjects: true }) as string[]).map((value) => ({ value }))} />
        </Labelled>
        <Labelled label={t('course.grade')}>
          <Select value={draft.grade} options={grades.map((g) => ({ value: g, label: t(`common:grade.${g}`) }))}
            onChange={(g) => onDraft(withGrade(draft, g, choices.partners))} />
        </Labelled>
        <Labelled label={t('course.span')} wide>
          <DatePicker.RangePicker allowClear={false} value={[dayjs(draft.from), dayjs(draft.to)]}
            onChange={(span) => span?.[0] && span[1] && onDraft({ ...draft, from: span[0].format('YYYY-MM-DD'), to: span[1].format('YYYY-MM-DD'), slots: [] })} />
        </Labelled>
        <div className="tt-field course-kind" role="radiogroup" aria-label={t('course.kind')}>
          <span>{t('course.kind')}</span>
          <Radio.Group value={draft.kind} options={kinds.map((k) => ({ value: k, label: t(`kind.${k}`) }))} onChange={(e) => onDraft({ ...draft, kind: e.target.value })} />
        </div>
      </div>
    </Section>
  )
}
