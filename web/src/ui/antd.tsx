import { App, ConfigProvider, type ThemeConfig } from 'antd'
import en from 'antd/locale/en_US'
import zh from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { useTranslation } from 'react-i18next'
import { Outlet } from 'react-router'

/** antd's tokens, read from theme.css: the design language stands there alone. */
function tokens(): ThemeConfig {
  const css = getComputedStyle(document.documentElement)
  const read = (name: string) => css.getPropertyValue(`--tt-${name}`).trim()
  const px = (name: string) => parseInt(read(name), 10)
  return {
    token: {
      colorPrimary: read('primary'),
      colorLink: read('primary'),
      colorError: read('live'),
      colorWarning: read('warn'),
      colorSuccess: read('good'),
      colorInfo: read('info'),
      colorText: read('ink'),
      colorTextSecondary: read('ink-2'),
      colorTextTertiary: read('ink-3'),
      colorTextPlaceholder: read('ink-3'),
      colorBorder: read('line-strong'),
      colorBorderSecondary: read('line'),
      fontFamily: read('font'),
      fontSize: px('text'),
      fontSizeSM: px('text-s'),
      controlItemBgActive: read('primary-soft'),
      controlItemBgActiveHover: read('primary-soft'),
      controlItemBgHover: read('surface-2'),
      controlHeight: 40,
      borderRadius: px('radius'),
    },
    components: { Table: { headerBg: read('surface-2') }, Steps: { fontSize: px('text') } },
  }
}

/** The pages that need antd stand in this: it is one chunk, loaded with the first of them. */
export function AntdLayout() {
  const { i18n } = useTranslation()
  dayjs.locale(i18n.language === 'zh' ? 'zh-cn' : 'en') // the calendars' names of days and months
  return (
    <ConfigProvider locale={i18n.language === 'zh' ? zh : en} theme={tokens()} wave={{ disabled: true }} button={{ autoInsertSpace: false }}>
      <App component={false}><Outlet /></App>
    </ConfigProvider>
  )
}
