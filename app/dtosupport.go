package app

// Examination is what is found on this PC when it is looked at.
type Examination struct {
	At       string           `json:"at"`
	Version  string           `json:"version"` // of this program
	Findings []SupportFinding `json:"findings"`
}

// SupportFinding is one of them, in the window's language.
type SupportFinding struct {
	ID    string `json:"id"`
	Code  string `json:"code"`
	Level string `json:"level"` // ok, warn, fail
	Is    string `json:"is"`    // what is
	Fix   string `json:"fix"`   // what to do, "" for nothing
	Where string `json:"where"` // a path, "" for none
}

// SupportNotice is what the first page says of this PC.
type SupportNotice struct {
	Restarted string          `json:"restarted"` // when the program broke off, "" if it did not
	Place     *SupportFinding `json:"place"`     // null when the data lies where it should, or that was read
}

// Report is a report for support that can be read before it is saved.
type Report struct {
	ID    string       `json:"id"`
	Files []ReportFile `json:"files"`
}

// ReportFile is a file of it; Support.Read has its text.
type ReportFile struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
}
