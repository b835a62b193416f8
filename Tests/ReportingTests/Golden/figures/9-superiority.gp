$dots0 << EOD
0 1 1 1
1 1 1 1
EOD
set encoding utf8
set border 3 lw 1 lc rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#222222'
set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'
set style fill transparent solid 0.2 noborder
set label 1 'Probability of superiority, final validation accuracy, n = 2' at screen 0.5,0.9498 center font ',16' textcolor rgb '#222222'
set label 2 'share of n seeds, ties one half; hollow: no interval, one pair or all pairs agree' at screen 0.5,0.8938 center font ',12' textcolor rgb '#222222'
set label 21 'unfinished: 10 of 12 trainings are done' at screen 0.5,0.8591 center font ',12' textcolor rgb '#222222'
set lmargin at screen 0.13
set rmargin at screen 0.97
set tmargin at screen 0.8108
set bmargin at screen 0.1931
set key at screen 0.55,0.0367 center center horizontal reverse Left samplen 4 maxcols 1 textcolor rgb '#222222'
set label 3 'learning rate' at screen 0.55,0.1081 center textcolor rgb '#222222'
set label 4 'P(first > second), 95 % interval' at screen 0.0238,0.5019 center rotate by 90 textcolor rgb '#222222'
set xrange [-0.6:1.6]
set xtics ('0.0005' 0, '0.001' 1)
set yrange [0:1.02]
set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1' 1)
plot 0.5 with lines lw 1.2 dt 1 lc rgb '#555555' notitle, \
    $dots0 using 1:2 with points lw 1.5 pt 6 ps 1 lc rgb '#1f77b4' title 'BN over LN (n = 2)'
