package agent

import (
	"errors"
	"net/url"

	"github.com/tongtang/tongtang/internal/httpd"
)

// words are for whoever starts the agent in a terminal; the local page has its own.
var words = map[string]string{
	"code-wrong":     "登记码不对，请核对 8 位数字后再试。 / The code is wrong. Check its 8 digits and try again.",
	"code-expired":   "登记码已过期，或者已经用过。请向管理员要一个新的登记码。 / The code has expired or was used already. Ask the coordinator for a new one.",
	"too-many-tries": "试的次数太多了，请过几分钟再试。 / Too many tries. Wait a few minutes and try again.",
	"key-refused":    "服务器不再认识这台电脑，请重新登记。 / The server does not know this computer any more. Enrol it again.",
	"not-enrolled":   "这台电脑还没有登记。请打开本机页面输入登记码，或者加上 --server 地址 --enrol 登记码 再启动。 / This computer is not enrolled. Enter the code on the local page, or start with --server URL --enrol CODE.",
	"server-away":    "连不上服务器，请检查地址和网络。 / The server cannot be reached. Check its address and the network.",
}

// Sentence says an error of the enrolment in words that a teacher understands.
func Sentence(err error) string {
	if errors.Is(err, ErrNotEnrolled) {
		return words["not-enrolled"]
	}
	var p *httpd.Problem
	var away *url.Error
	switch {
	case errors.As(err, &away):
		return words["server-away"]
	case !errors.As(err, &p):
		return err.Error()
	}
	code := p.Code
	switch {
	case words[code] != "":
	case p.Status == 401 || p.Status == 422:
		code = "code-wrong" // of the enrolment: it is not even 8 digits
	case p.Status == 429:
		code = "too-many-tries"
	default:
		return p.Error()
	}
	return words[code]
}
